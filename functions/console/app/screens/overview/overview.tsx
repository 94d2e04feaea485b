import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { api } from '../../api/client.ts'
import { useLocalization } from '../../i18n/provider.tsx'
import { Failed, Loading } from '../../parts/states.tsx'
import { Page } from '../../shell/page.tsx'

export default function Overview() {
  const { t, format } = useLocalization()
  const summary = api.useQuery('get', '/v1/summary')
  if (summary.error !== null) {
    return (
      <Page title={t.overview.title}>
        <Failed error={summary.error} onRetry={() => summary.refetch()} />
      </Page>
    )
  }
  if (summary.data === undefined) {
    return (
      <Page title={t.overview.title}>
        <Loading />
      </Page>
    )
  }
  const { users, claims } = summary.data
  return (
    <Page title={t.overview.title}>
      <SpaceBetween size="l">
        <Container header={<Header variant="h2">{t.overview.claims}</Header>}>
          <KeyValuePairs
            columns={4}
            items={[
              { label: t.claimStatus.open, value: format.count(claims.byStatus.open) },
              { label: t.claimStatus.migrating, value: format.count(claims.byStatus.migrating) },
              { label: t.claimStatus.completed, value: format.count(claims.byStatus.completed) },
              { label: t.claimStatus.revoked, value: format.count(claims.byStatus.revoked) },
            ]}
          />
        </Container>
        <Container header={<Header variant="h2">{t.overview.users}</Header>}>
          <KeyValuePairs
            columns={4}
            items={[
              { label: t.userStatus.active, value: format.count(users.byStatus.active) },
              { label: t.userStatus.not_verified, value: format.count(users.byStatus.not_verified) },
              { label: t.userStatus.inactive, value: format.count(users.byStatus.inactive) },
              { label: t.userStatus.delayed_claim, value: format.count(users.byStatus.delayed_claim) },
            ]}
          />
        </Container>
      </SpaceBetween>
    </Page>
  )
}
