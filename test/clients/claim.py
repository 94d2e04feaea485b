"""Makes a claim, by the client that openapi-python-client makes of the service's own description."""

import sys

from claim_service_client import AuthenticatedClient
from claim_service_client.api.claims import create_claims, get_claim
from claim_service_client.models import (
    ClaimRequest,
    ClaimTargetByAddress,
    ClaimType,
    Problem,
    ProblemCode,
)

base_url, token, email = sys.argv[1:]
client = AuthenticatedClient(base_url=base_url, token=token)

body = ClaimRequest(
    users=[ClaimTargetByAddress(email=email)],
    type_=ClaimType.DIRECT,
    acknowledge_permanent=True,
)
answer = create_claims.sync(client=client, body=body)
if answer is None or isinstance(answer, Problem):
    sys.exit(f"no claim was made: {answer}")
[result] = answer.results
if result.result != "claimed":
    sys.exit(f"refused: {result.codes}")

claim = get_claim.sync(result.claim.claim_id, client=client)
if claim is None or isinstance(claim, Problem) or claim.email != email:
    sys.exit("the claim that was made is not the one that is read")

# A problem is one type, whatever went wrong.
refused = get_claim.sync("none", client=client)
if not isinstance(refused, Problem) or refused.code != ProblemCode.NOT_FOUND:
    sys.exit(f"an unknown claim was answered with {refused}")
print(f"{claim.type_} claim of {claim.email}: {claim.status}")
