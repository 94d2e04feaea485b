import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { api, newIdempotencyKey } from '../../api/client.ts'
import { useLocalization } from '../../i18n/provider.tsx'
import { useFlashes } from '../../shell/flashes.tsx'
import { refetchAfterChange } from './refetch.ts'

export function AddDomain() {
  const { t } = useLocalization()
  const { say, fail } = useFlashes()
  const [domain, setDomain] = useState('')
  const add = api.useMutation('post', '/v1/domains', {
    async onSuccess(added) {
      say({ type: 'success', header: t.domains.added(added.domain), content: t.domains.addedText })
      setDomain('')
      await refetchAfterChange()
    },
    onError: fail,
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (domain.trim() !== '')
          add.mutate({
            body: { domain: domain.trim() },
            params: { header: { 'Idempotency-Key': newIdempotencyKey() } },
          })
      }}
    >
      <FormField label={t.domains.add} description={t.domains.addHint}>
        <SpaceBetween size="xs" direction="horizontal">
          <Input
            value={domain}
            onChange={({ detail }) => setDomain(detail.value)}
            placeholder="example.com"
            autoComplete={false}
            spellcheck={false}
          />
          <Button formAction="submit" loading={add.isPending} disabled={domain.trim() === ''}>
            {t.domains.add}
          </Button>
        </SpaceBetween>
      </FormField>
    </form>
  )
}
