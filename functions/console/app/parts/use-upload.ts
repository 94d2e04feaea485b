import { useState } from 'react'
import { api, type Schemas } from '../api/client.ts'

type Import = Schemas['Import']

/** How often an import is read while it runs. */
const POLL_MS = 1_500

const isMoving = (status: Import['status'] | undefined): boolean =>
  status === undefined || status === 'waiting' || status === 'reading' || status === 'running'

/** An import, read again and again until it is over. */
export const useImport = (importId: string | undefined) =>
  api.useQuery(
    'get',
    '/v1/imports/{importId}',
    { params: { path: { importId: importId ?? '' } } },
    {
      enabled: importId !== undefined,
      refetchInterval: (query) => (isMoving(query.state.data?.status) ? POLL_MS : false),
    },
  )

class UploadRefused extends Error {
  override readonly name = 'UploadRefused'
}

/** Uploads a file as a browser's form would: the given fields first, then the file. */
export async function sendFile({ url, fields }: Schemas['Upload'], file: File): Promise<void> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  form.append('file', file)
  const answer = await fetch(url, { method: 'POST', body: form })
  if (!answer.ok) throw new UploadRefused(`the bucket answered ${answer.status}`)
}

interface Uploading {
  readonly importId: string | undefined
  readonly isUploading: boolean
  /** Uploads a file for a preview: nothing is claimed (P1). */
  preview(file: File): Promise<void>
  reset(): void
}

export function usePreviewUpload(): Uploading {
  const [importId, setImportId] = useState<string>()
  const [isUploading, setUploading] = useState(false)
  const create = api.useMutation('post', '/v1/imports')
  return {
    importId,
    isUploading,
    async preview(file) {
      setUploading(true)
      try {
        const made = await create.mutateAsync({
          body: { fileName: file.name, sizeBytes: file.size, preview: true },
        })
        await sendFile(made.upload, file)
        setImportId(made.importId)
      } finally {
        setUploading(false)
      }
    },
    reset: () => setImportId(undefined),
  }
}
