import BarChart from '@cloudscape-design/components/bar-chart'
import Box from '@cloudscape-design/components/box'
import type { Schemas } from '../../api/client.ts'
import { useLocalization } from '../../i18n/provider.tsx'

type Day = Schemas['Summary']['claims']['endingByDay'][number]

const HEIGHT_PX = 180

const numberOf = ({ claims }: Day): number => (typeof claims === 'number' ? claims : claims.value)

/** Claims that end in the next seven days, by day. */
export function EndingChart({ days }: { readonly days: readonly Day[] }) {
  const { t, format } = useLocalization()
  const most = Math.max(...days.map(numberOf))
  if (most <= 0) return <Box color="text-body-secondary">{t.overview.chartEmpty}</Box>
  // Dates without a time, in the organization's time zone already. Formatted in UTC, they stay the same days.
  const label = ({ date }: Day): string =>
    new Intl.DateTimeFormat(document.documentElement.lang, {
      day: 'numeric',
      month: 'short',
      timeZone: 'UTC',
    }).format(new Date(date))
  return (
    <BarChart
      series={[
        {
          title: t.overview.chartSeries,
          type: 'bar',
          data: days.map((day) => ({ x: label(day), y: numberOf(day) })),
          valueFormatter: (value) => format.number(value),
        },
      ]}
      xDomain={days.map(label)}
      yDomain={[0, most]}
      xScaleType="categorical"
      height={HEIGHT_PX}
      hideFilter
      hideLegend
      ariaLabel={t.overview.chart}
      yTitle={t.overview.chartSeries}
    />
  )
}
