import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { changeTo, sessionFromNothing } from '../../../infra/dev/first-session.ts'

describe('the first session', () => {
  it('stands in README.md as npm start prints it on its usual ports', () => {
    const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')
    const session = sessionFromNothing({
      api: 'http://127.0.0.1:4000',
      s3: 'http://127.0.0.1:4001',
      bucket: 'claimservice-bucket',
      inbox: 'http://127.0.0.1:4003',
      control: 'http://127.0.0.1:4004',
      region: 'us-east-1',
    })
    expect(readme).toContain(`\`\`\`sh\n${session.join('\n')}\n\`\`\``)
  })

  it('begins in the project’s folder, whatever that is called', () => {
    expect(changeTo('/home/ada/claim-service')).toBe('cd /home/ada/claim-service')
    expect(changeTo("/home/ada/it's here $HOME")).toBe(String.raw`cd '/home/ada/it'\''s here $HOME'`)
  })
})
