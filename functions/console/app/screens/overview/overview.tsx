import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import ColumnLayout from '@cloudscape-design/components/column-layout'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs, { type KeyValuePairsProps } from '@cloudscape-design/components/key-value-pairs'
import Link from '@cloudscape-design/components/link'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { api, type Schemas } from '../../api/client.ts'
import type { Count } from '../../i18n/format.ts'
import { useLocalization } from '../../i18n/provider.tsx'
import { Unloaded } from '../../parts/states.tsx'
import { useSession } from '../../session/session.tsx'
import { BASE } from '../../settings.ts'
import { useGo } from '../../shell/go.ts'
import { Page } from '../../shell/page.tsx'
import { Attention } from './attention.tsx'
import { EndingChart } from './ending-chart.tsx'
import { FirstSteps } from './first-steps.tsx'

export default function Overview() {
  const { t } = useLocalization()
  const session = useSession()
  const go = useGo()
  const summary = api.useQuery('get', '/v1/summary')
  return (
    <Page
      title={t.overview.title}
      description={t.overview.description}
      actions={
        session.may('claims:write') && (
          <Button variant="primary" onClick={() => go.to('/claim-users')}>
            {t.claimUsers.title}
          </Button>
        )
      }
    >
      <SpaceBetween size="l">
        {/* Counting a large organization takes seconds, so what needs attention is shown before that. */}
        <Attention bounced={summary.data?.claims.bounced} />
        {summary.data === undefined ? <Unloaded query={summary} /> : <Shown summary={summary.data} />}
      </SpaceBetween>
    </Page>
  )
}

function Shown({ summary }: { readonly summary: Schemas['Summary'] }) {
  const { t, format } = useLocalization()
  const go = useGo()
  const { users, claims, running } = summary

  /** A number, with a link to what it counts. */
  const linked = (label: string, value: Count, path: string): KeyValuePairsProps.Item => ({
    label,
    value: (
      <Link
        href={`${BASE}${path}`}
        onFollow={go.follow}
        fontSize="heading-l"
        ariaLabel={`${label}: ${format.count(value)}`}
      >
        {format.count(value)}
      </Link>
    ),
  })
  const plain = (label: string, value: Count): KeyValuePairsProps.Item => ({
    label,
    value: <Box fontSize="heading-l">{format.count(value)}</Box>,
  })

  const isNew = Object.values(claims.byStatus).every((count) => count === 0)
  return (
    <SpaceBetween size="l">
      {isNew && <FirstSteps />}
      <Container header={<Header variant="h2">{t.overview.claims}</Header>}>
        <KeyValuePairs
          columns={4}
          minColumnWidth={140}
          items={[
            linked(t.claimStatus.open, claims.byStatus.open, '/claims?status=open'),
            linked(t.claimStatus.migrating, claims.byStatus.migrating, '/claims?status=migrating'),
            linked(t.claimStatus.completed, claims.byStatus.completed, '/claims?status=completed'),
            linked(t.claimStatus.revoked, claims.byStatus.revoked, '/claims?status=revoked'),
            linked(t.claimType.direct, claims.byType.direct, '/claims?type=direct'),
            linked(t.claimType.delayed, claims.byType.delayed, '/claims?type=delayed'),
            plain(t.overview.losingContent, claims.losingContent),
            linked(t.overview.bounced, claims.bounced, '/claims?notification=bounced'),
          ]}
        />
      </Container>
      <ColumnLayout columns={2}>
        <Container
          fitHeight
          header={
            <Header variant="h2" description={t.overview.chartDescription}>
              {t.overview.chart}
            </Header>
          }
        >
          <EndingChart days={claims.endingByDay} />
        </Container>
        <SpaceBetween size="l">
          <Container header={<Header variant="h2">{t.overview.users}</Header>}>
            <KeyValuePairs
              columns={3}
              minColumnWidth={130}
              items={[
                plain(t.userStatus.active, users.byStatus.active),
                plain(t.userStatus.not_verified, users.byStatus.not_verified),
                plain(t.userStatus.verified, users.byStatus.verified),
                plain(t.userStatus.delayed_claim, users.byStatus.delayed_claim),
                plain(t.userStatus.inactive, users.byStatus.inactive),
              ]}
            />
          </Container>
          <Container header={<Header variant="h2">{t.overview.running}</Header>}>
            <KeyValuePairs
              columns={3}
              minColumnWidth={130}
              items={[
                plain(t.overview.imports, running.imports),
                plain(t.overview.exports, running.exports),
                plain(t.overview.syncs, running.syncs),
              ]}
            />
          </Container>
        </SpaceBetween>
      </ColumnLayout>
    </SpaceBetween>
  )
}
