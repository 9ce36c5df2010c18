"""POST api/policy-files: check a folder of policy files, compare it with what there is, or apply it."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.policy_folders import PolicyFolderBody, folder_resource
from functions.models.problems import FieldError, ProblemKind
from functions.models.shapes import NoParameters
from functions.policy_calls import edit_of
from functions.policy_code_routes import IMPORT_POLICIES
from functions.problems import RequestRefused, invalid
from functions.replies import Reply
from functions.requests import Call
from shared.domain.roles import Right
from shared.pipeline.governance.errors import PolicyRefused
from shared.pipeline.governance.policy_code import Comparison, apply_folder, compare_folder
from shared.pipeline.governance.told_folders import told_files
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, IMPORT_POLICIES)
async def import_folder(call: Call[NoParameters, PolicyFolderBody], services: Services) -> Reply:
    made = await (_applied if call.body.mode == "apply" else _compared)(call, services)
    return Reply(content=folder_resource(made, with_changes=call.body.mode != "validate"), etag=made.etag)


async def _compared(call: Call[NoParameters, PolicyFolderBody], services: Services) -> Comparison:
    return await compare_folder(services, _files(call.body), prune=call.body.prune)


async def _applied(call: Call[NoParameters, PolicyFolderBody], services: Services) -> Comparison:
    """The route is for readers; what changes something takes the right to."""
    if not call.caller.may(Right.WRITE_POLICIES):
        raise RequestRefused(ProblemKind.MISSING_RIGHT, f"This needs the right {Right.WRITE_POLICIES.value!r}.")
    asked = call.body
    edit = edit_of(call, asked.reason)
    try:
        return await apply_folder(services, _files(asked), edit, prune=asked.prune, force=asked.force)
    except PolicyRefused as error:
        raise invalid(*_fields(error)) from None


def _files(body: PolicyFolderBody) -> list[tuple[str, str]]:
    return [(file.name, file.text) for file in body.files]


def _fields(error: PolicyRefused) -> list[FieldError]:
    """``file:line key`` stands for the place."""
    return [
        FieldError(field=f"{one.file or 'files'}:{one.line} {one.key}".strip(), message=one.message)
        for one in told_files(error.problems)
    ]
