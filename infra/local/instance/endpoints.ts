import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import * as z from 'zod'
import { projectRoot } from '../../project.ts'

/** The addresses of the running service: the content of `.local/endpoints.json`. */
export const endpoints = z.object({
  api: z.string(),
  s3: z.string(),
  bucket: z.string(),
  dynamodb: z.string(),
  table: z.string(),
  inbox: z.string(),
  control: z.string(),
  region: z.string(),
  /** Where people sign in to the console. */
  issuer: z.string(),
})
export type Endpoints = z.infer<typeof endpoints>

/**
 * The folder of this clone's lock, key, endpoints and log. Tests use another one, so that they don't meet a running
 * service.
 */
export const localFolder = path.resolve(process.env.LOCAL_FOLDER ?? path.join(projectRoot, '.local'))

export const endpointsFile = path.join(localFolder, 'endpoints.json')

/** Replaces the file in one step, since others wait for it and read it at once. */
export async function writeEndpoints(file: string, value: Endpoints): Promise<void> {
  const draft = `${file}.${process.pid}`
  await writeFile(draft, `${JSON.stringify(value, undefined, 2)}\n`)
  await rename(draft, file)
}

/** Undefined if there is no file. The addresses may be those of a service that was killed. */
export async function readEndpoints(file: string = endpointsFile): Promise<Endpoints | undefined> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch {
    return undefined
  }
  return endpoints.parse(JSON.parse(text))
}

export const removeEndpoints = (file: string): Promise<void> => rm(file, { force: true })
