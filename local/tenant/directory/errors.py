"""The one error of this package."""


class Refused(Exception):
    """What Microsoft Graph refuses: the HTTP status, and code and message of the error body."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message


def bad_request(message: str) -> Refused:
    return Refused(400, "Request_BadRequest", message)


def not_found(object_id: str) -> Refused:
    message = f"Resource '{object_id}' does not exist or one of its queried reference-property objects are not present."
    return Refused(404, "Request_ResourceNotFound", message)


def already_there(message: str) -> Refused:
    return Refused(409, "Request_MultipleObjectsWithSameKeyValue", message)


def denied() -> Refused:
    return Refused(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
