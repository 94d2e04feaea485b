/**
 * The first session that a started service prints, to paste into a shell. The project's `README.md` shows the one
 * that starts without a seed.
 */
import type { Endpoints } from '../local/instance/endpoints.ts'
import { CLAIMING_ORG, CONSUMER_ORG, DOMAIN, SAMPLE_CSV } from './seed.ts'

type Addresses = Pick<Endpoints, 'api' | 's3' | 'bucket' | 'inbox' | 'control' | 'region'>

/** Quotes a word for a shell if it needs quotes. */
const quoted = (word: string): string =>
  /^[\w./:@~-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`

/** Prints each answer on its own line. All addresses are quoted, since a shell would take `?` for a pattern. */
const ask = `ask() { curl -sS -w '\\n' -H 'Content-Type: application/json' "$@"; }`
const admin = `ADMIN="Authorization: Bearer $(npm run -s token -- --org ${CLAIMING_ORG})"`
const setting = ({ api, control, inbox }: Addresses): string => `API=${api} CONTROL=${control} INBOX=${inbox}`
const settle = 'ask -X POST "$CONTROL/settle"'
const mailsTo = (person: string): string => `ask "$INBOX/messages?to=${person}@${DOMAIN}"`

/** Ten calls that lead from an empty service to the first claim and its mail. */
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

/** What an admin of the seeded org does: lists who can be claimed, uploads the sample CSV, and looks at the result. */
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

/** Does what `aws s3 cp` does, without the AWS CLI. */
export const uploadByCurl = ({ s3, bucket, region }: Addresses, file: string, key: string): string =>
  `curl -fT ${file} --aws-sigv4 aws:amz:${region}:s3 --user any:any ${s3}/${bucket}/${key}`

/** Changes into the project's folder, since the commands that follow name its files and scripts. */
export const changeTo = (folder: string): string => `cd ${quoted(folder)}`
