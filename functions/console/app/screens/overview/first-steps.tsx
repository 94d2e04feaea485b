import Box from '@cloudscape-design/components/box'
import ColumnLayout from '@cloudscape-design/components/column-layout'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import Link from '@cloudscape-design/components/link'
import { useLocalization } from '../../i18n/provider.tsx'
import { BASE } from '../../settings.ts'
import { useGo } from '../../shell/go.ts'

/**
 * Shown instead of the numbers, which would all be 0, if the organization has claimed nobody yet: what to do first.
 */
export function FirstSteps() {
  const { t } = useLocalization()
  const go = useGo()
  const words = t.overview
  const step = (path: string, title: string, text: string) => (
    <div>
      <Link href={`${BASE}${path}`} onFollow={go.follow} fontSize="heading-s">
        {title}
      </Link>
      <Box color="text-body-secondary">{text}</Box>
    </div>
  )
  return (
    <Container header={<Header variant="h2">{words.first}</Header>}>
      <ColumnLayout columns={3} variant="text-grid">
        {step('/domains', words.firstDomain, words.firstDomainText)}
        {step('/claim-users', words.firstClaim, words.firstClaimText)}
        {step('/claims', words.firstFollow, words.firstFollowText)}
      </ColumnLayout>
    </Container>
  )
}
