/** The first session that a started service prints, to paste into a shell; `README.md` has the one from nothing. */
import type { Endpoints } from '../local/instance/endpoints.ts'
import { CLAIMING_ORG, CONSUMER_ORG, DOMAIN, SAMPLE_CSV } from './seed.ts'

type Addresses = Pick<Endpoints, 'api' | 's3' | 'bucket' | 'inbox' | 'control' | 'region'>

/** A word as a shell takes it, whatever is in it. */
const quoted = (word: string): string =>
  /^[\w./:@~-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`

/** One line for each answer. Quotes about every address: a shell would take `?` for a pattern. */
const ask = `ask() { curl -sS -w '\\n' -H 'Content-Type: application/json' "$@"; }`
const admin = `ADMIN="Authorization: Bearer $(npm run -s token -- --org ${CLAIMING_ORG})"`
const setting = ({ api, control, inbox }: Addresses): string => `API=${api} CONTROL=${control} INBOX=${inbox}`
const settle = 'ask -X POST "$CONTROL/settle"'
const mailsTo = (person: string): string => `ask "$INBOX/messages?to=${person}@${DOMAIN}"`

/** Ten calls, from a service that knows nobody to the first claim and its mail. */
export function sessionFromNothing(addresses: Addresses): string[] {
  const platform = '"$API/v1/platform'
  return [
    setting(addresses),
    'PLATFORM="Authorization: Bearer $(npm run -s token -- --role platform)"',
    admin,
    ask,
    `ask -X PUT ${platform}/organizations/${CONSUMER_ORG}" -H "$PLATFORM" -d '{"name":"Personal accounts","kind":"consumer","region":"eu"}'`,
    `ask -X PUT ${platform}/organizations/${CLAIMING_ORG}" -H "$PLATFORM" -d '{"name":"Acme","kind":"enterprise","region":"eu"}'`,
    `ask -X PUT ${platform}/users/ada" -H "$PLATFORM" -d '{"email":"ada@${DOMAIN}","firstName":"Ada","orgId":"${CONSUMER_ORG}"}'`,
    `ask -X PATCH "$API/v1/organization" -H "$ADMIN" -d '{"allowContentMigration":true}'`,
    `TXT=$(ask "$API/v1/domains" -H "$ADMIN" -d '{"domain":"${DOMAIN}"}' | grep -o 'user-claims-verification=[^"]*')`,
    `ask "$CONTROL/dns" -d '{"name":"${DOMAIN}","txt":["'"$TXT"'"]}'`,
    `ask -X POST "$API/v1/domains/${DOMAIN}/verify" -H "$ADMIN"`,
    'ask "$API/v1/claimable-users" -H "$ADMIN"',
    `ask "$API/v1/claims" -H "$ADMIN" -d '{"users":[{"email":"ada@${DOMAIN}"}],"acknowledgePermanent":true}'`,
    `${settle}; ${mailsTo('ada')}`,
  ]
}

/** What an admin of the seeded org does: looks who can be claimed, uploads the sample CSV, sees what came of it. */
export function sessionOfSeed(addresses: Addresses): string[] {
  const { s3, bucket, region } = addresses
  return [
    setting(addresses),
    admin,
    ask,
    'ask "$API/v1/claimable-users" -H "$ADMIN"',
    `export AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`,
    `aws s3 cp ${SAMPLE_CSV} s3://${bucket}/imports/${CLAIMING_ORG}/first-people.csv --endpoint-url ${s3}`,
    settle,
    'ask "$API/v1/imports" -H "$ADMIN"',
    'ask "$API/v1/claims" -H "$ADMIN"',
    mailsTo('bob'),
  ]
}

/** What `aws s3 cp` does, where there is no AWS CLI. */
export const uploadByCurl = ({ s3, bucket, region }: Addresses, file: string, key: string): string =>
  `curl -fT ${file} --aws-sigv4 aws:amz:${region}:s3 --user any:any ${s3}/${bucket}/${key}`

/** From any folder: what follows names files and scripts of the project's. */
export const changeTo = (folder: string): string => `cd ${quoted(folder)}`
