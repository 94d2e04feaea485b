import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Form from '@cloudscape-design/components/form'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Toggle from '@cloudscape-design/components/toggle'
import { useState } from 'react'
import { api, queryClient, type Schemas } from '../../api/client.ts'
import { problemOf } from '../../api/problem.ts'
import { useLocalization } from '../../i18n/provider.tsx'
import { LanguageSelect } from '../../parts/language-select.tsx'
import { licensesIn } from '../../parts/license-text.ts'
import { LiftSuppression } from '../../parts/lift-suppression.tsx'
import { Failed, Loading } from '../../parts/states.tsx'
import { useSession } from '../../session/session.tsx'
import { useFlashes } from '../../shell/flashes.tsx'
import { Page } from '../../shell/page.tsx'

type Organization = Schemas['Organization']
type Patch = Schemas['OrganizationPatch']

export default function Settings() {
  const { t } = useLocalization()
  const organization = api.useQuery('get', '/v1/organization')
  if (organization.data === undefined && organization.error !== null) {
    return (
      <Page title={t.settings.title}>
        <Failed error={organization.error} onRetry={() => organization.refetch()} />
      </Page>
    )
  }
  return (
    <Page title={t.settings.title} description={t.settings.description}>
      {organization.data === undefined ? (
        <Loading />
      ) : (
        <SpaceBetween size="l">
          <Editor organization={organization.data} />
          <Facts organization={organization.data} />
        </SpaceBetween>
      )}
    </Page>
  )
}

interface Edited {
  readonly allowContentMigration: boolean
  readonly directorySync: boolean
  readonly suppressInvitations: boolean
  readonly licenses: string
  readonly retentionDays: string
  readonly locale: string
  readonly timeZone: string
  readonly contact: string
}

const editedOf = (organization: Organization): Edited => ({
  allowContentMigration: organization.allowContentMigration,
  directorySync: organization.directorySync,
  suppressInvitations: organization.suppressInvitations,
  licenses: organization.licenseTemplate.join(', '),
  retentionDays: organization.retentionDays === null ? '' : String(organization.retentionDays),
  locale: organization.locale,
  timeZone: organization.timeZone,
  contact: organization.contact ?? '',
})

/** Sends only what was changed, so that settings that somebody else changed in the meantime stay. */
function patchOf(before: Edited, after: Edited): Patch {
  const isChanged = (name: keyof Edited) => before[name] !== after[name]
  return {
    ...(isChanged('allowContentMigration') && { allowContentMigration: after.allowContentMigration }),
    ...(isChanged('directorySync') && { directorySync: after.directorySync }),
    ...(isChanged('suppressInvitations') && { suppressInvitations: after.suppressInvitations }),
    ...(isChanged('licenses') && { licenseTemplate: licensesIn(after.licenses) }),
    ...(isChanged('retentionDays') && {
      retentionDays: after.retentionDays === '' ? null : Number(after.retentionDays),
    }),
    ...(isChanged('locale') && { locale: after.locale }),
    ...(isChanged('timeZone') && { timeZone: after.timeZone }),
    ...(isChanged('contact') && { contact: after.contact === '' ? null : after.contact }),
  }
}

function Editor({ organization }: { readonly organization: Organization }) {
  const { t } = useLocalization()
  const session = useSession()
  const { say, fail } = useFlashes()
  const before = editedOf(organization)
  // Kept apart from the stored settings, so that typed values survive when those are read again.
  const [typed, setTyped] = useState<Partial<Edited>>({})
  const edited = { ...before, ...typed }
  const mayChange = session.may('org:write')
  const save = api.useMutation('patch', '/v1/organization', {
    async onSuccess() {
      say({ type: 'success', content: t.settings.saved })
      await queryClient.invalidateQueries()
      setTyped({})
    },
    onError: fail,
  })
  const patch = patchOf(before, edited)
  const isChanged = Object.keys(patch).length > 0
  const change = (more: Partial<Edited>) => setTyped((all) => ({ ...all, ...more }))
  const faultOf = (path: string) =>
    problemOf(save.error).errors?.find((each) => each.path.startsWith(path))?.message
  const toggle = (
    name: 'allowContentMigration' | 'directorySync' | 'suppressInvitations',
    label: string,
    description: string,
  ) => (
    <Toggle
      checked={edited[name]}
      disabled={!mayChange}
      description={description}
      onChange={({ detail }) => change({ [name]: detail.checked })}
    >
      {label}
    </Toggle>
  )
  const text = (name: 'licenses' | 'retentionDays' | 'timeZone' | 'contact', label: string, hint: string) => (
    <FormField
      label={label}
      description={hint}
      errorText={faultOf(name === 'licenses' ? 'licenseTemplate' : name)}
    >
      <Input
        value={edited[name]}
        readOnly={!mayChange}
        {...(name === 'retentionDays' && ({ type: 'number', inputMode: 'numeric' } as const))}
        onChange={({ detail }) => change({ [name]: detail.value })}
      />
    </FormField>
  )
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (isChanged) save.mutate({ body: patch })
      }}
    >
      <Form
        actions={
          mayChange && (
            <SpaceBetween size="xs" direction="horizontal">
              <Button variant="link" formAction="none" disabled={!isChanged} onClick={() => setTyped({})}>
                {t.actions.cancel}
              </Button>
              <Button variant="primary" disabled={!isChanged} loading={save.isPending}>
                {t.settings.save}
              </Button>
            </SpaceBetween>
          )
        }
      >
        <SpaceBetween size="l">
          {!mayChange && <Alert type="info">{t.actions.readerMay}</Alert>}
          <Container header={<Header variant="h2">{t.settings.claiming}</Header>}>
            <SpaceBetween size="l">
              {toggle('allowContentMigration', t.settings.migration, t.settings.migrationText)}
              {toggle('directorySync', t.settings.directorySync, t.settings.directorySyncText)}
              {toggle('suppressInvitations', t.settings.suppress, t.settings.suppressText)}
              {text('licenses', t.settings.licenses, t.settings.licensesText)}
              {text('retentionDays', t.settings.retention, t.settings.retentionText)}
            </SpaceBetween>
          </Container>
          <Container header={<Header variant="h2">{t.settings.mails}</Header>}>
            <SpaceBetween size="l">
              <FormField label={t.settings.locale} description={t.settings.localeText}>
                <LanguageSelect
                  value={edited.locale}
                  isReadOnly={!mayChange}
                  onChange={(locale) => change({ locale })}
                />
              </FormField>
              {text('timeZone', t.settings.timeZone, t.settings.timeZoneText)}
              {text('contact', t.settings.contact, t.settings.contactText)}
            </SpaceBetween>
          </Container>
        </SpaceBetween>
      </Form>
    </form>
  )
}

/** What the platform has set for the organization; read-only here. */
function Facts({ organization }: { readonly organization: Organization }) {
  const { t, format } = useLocalization()
  const { orgId, name, region, adminEmails } = organization
  return (
    <Container header={<Header variant="h2">{t.settings.facts}</Header>}>
      <KeyValuePairs
        columns={2}
        items={[
          { label: t.settings.name, value: <bdi>{name}</bdi> },
          { label: t.settings.id, value: <bdi>{orgId}</bdi> },
          { label: t.settings.region, value: region },
          { label: t.settings.created, value: format.date(organization.createdAt) },
          {
            label: t.settings.admins,
            value:
              adminEmails.length === 0
                ? t.actions.none
                : adminEmails.map(({ email, suppressed }) => (
                    <div key={email}>
                      <bdi>{email}</bdi>{' '}
                      {suppressed && (
                        <>
                          <StatusIndicator type="error">{t.settings.bounced}</StatusIndicator>
                          <LiftSuppression email={email} />
                        </>
                      )}
                    </div>
                  )),
          },
        ]}
      />
    </Container>
  )
}
