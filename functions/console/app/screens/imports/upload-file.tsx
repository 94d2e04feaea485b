import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useEffect, useState } from 'react'
import { queryClient } from '../../api/client.ts'
import { useLocalization } from '../../i18n/provider.tsx'
import { CsvFile } from '../../parts/csv-file.tsx'
import { usePreviewUpload } from '../../parts/use-upload.ts'
import { useFlashes } from '../../shell/flashes.tsx'
import { useGo } from '../../shell/go.ts'

/** Uploads a chosen or dropped file for a preview, and goes to that import. */
export function UploadFile() {
  const { t } = useLocalization()
  const { fail } = useFlashes()
  const go = useGo()
  const [file, setFile] = useState<File>()
  const upload = usePreviewUpload()
  const { importId } = upload
  useEffect(() => {
    if (importId === undefined) return
    void queryClient.invalidateQueries({ queryKey: ['get', '/v1/imports'] })
    go.to(`/imports/${encodeURIComponent(importId)}`)
  }, [importId, go.to])
  return (
    <SpaceBetween size="s">
      <CsvFile file={file} onChange={setFile} />
      <Button
        variant="primary"
        disabled={file === undefined}
        loading={upload.isUploading}
        onClick={() => {
          if (file !== undefined) upload.preview(file).catch(fail)
        }}
      >
        {t.imports.preview}
      </Button>
    </SpaceBetween>
  )
}
