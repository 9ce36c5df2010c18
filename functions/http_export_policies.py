"""GET api/policy-files: what people decided about policies, as a folder of files."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.policy_folders import PolicyExportResource, PolicyFileResource, file_problems
from functions.models.shapes import NoBody, NoParameters
from functions.policy_code_routes import EXPORT_POLICIES
from functions.replies import Reply
from functions.requests import Call
from shared.pipeline.governance.export_policies import export_policies
from shared.pipeline.governance.told_folders import told_files
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, EXPORT_POLICIES)
async def export_all(call: Call[NoParameters, NoBody], services: Services) -> Reply:
    exported = await export_policies(services)
    files = [PolicyFileResource(name=name, text=text) for name, text in exported.files]
    content = PolicyExportResource(files=files, problems=file_problems(told_files(exported.problems)))
    return Reply(content=content, etag=exported.etag)
