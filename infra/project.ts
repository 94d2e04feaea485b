import { fileURLToPath } from 'node:url'

/** The folder that holds `package.json` and `cdk.json`, wherever the process was started. */
export const projectRoot = fileURLToPath(new URL('..', import.meta.url))
