/**
 * Builds an app for the browser: its page, and its files under names that hold a hash of their content, each compressed
 * beforehand as hard as it goes where they are sent far.
 *
 * Compressing takes seconds, and tests synthesize often: what was built is kept, by a hash of all that it is made of, and
 * a build that finds it copies it.
 */
import { createHash, randomUUID } from 'node:crypto'
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild'
import { projectRoot } from '../project.ts'

export interface BrowserApp {
  /** Of its files, and of the folder below `.local` in which builds are kept. */
  readonly name: string
  /** From the project's root; `main.tsx` and `index.html` are in it. Nothing outside of it is built, save packages. */
  readonly folder: string
  /** Where the files are served. */
  readonly publicPath: string
  readonly isCompressed: boolean
}

/** Browsers of the last two years or so, which is what Cloudscape supports. */
const target = ['chrome115', 'edge115', 'firefox121', 'safari17']

const appFolderOf = ({ folder }: BrowserApp): string => join(projectRoot, folder)
const keptBuildsOf = ({ name }: BrowserApp): string => join(projectRoot, '.local', name)

const usualOptions = {
  absWorkingDir: projectRoot,
  bundle: true,
  minify: true,
  format: 'esm',
  target,
  jsx: 'automatic',
  define: { 'process.env.NODE_ENV': '"production"' },
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  legalComments: 'none',
  logLevel: 'error',
  metafile: true,
} as const satisfies BuildOptions

/** Cloudscape has its fonts in the style sheet: as files, only those that are shown are loaded, and nothing needs `data:`. */
const fontsAsFiles: Plugin = {
  name: 'fonts-as-files',
  setup({ onLoad, onResolve }) {
    const namespace = 'font'
    const fonts = new Map<string, Buffer>()
    onLoad({ filter: /global-styles[\\/]index\.css$/ }, async ({ path }) => {
      const css = await readFile(path, 'utf8')
      const contents = css.replaceAll(/url\('data:font\/woff2;base64,([^']+)'\)/g, (_, encoded: string) => {
        const content = Buffer.from(encoded, 'base64')
        const name = `${createHash('sha256').update(content).digest('hex').slice(0, 8)}.woff2`
        fonts.set(name, content)
        return `url('embedded:${name}')`
      })
      return { contents, loader: 'css' }
    })
    onResolve({ filter: /^embedded:/ }, ({ path }) => ({ path: path.slice('embedded:'.length), namespace }))
    onLoad({ filter: /.*/, namespace }, ({ path }) => ({ contents: fonts.get(path) ?? '', loader: 'file' }))
  },
}

/** Cloudscape's way to load the messages of any language it has, which would be built too: the app names its own. */
const noOtherLanguages: Plugin = {
  name: 'no-other-languages',
  setup({ onLoad }) {
    onLoad({ filter: /components[\\/]i18n[\\/]dynamic\.js$/ }, () => ({
      contents: 'export const importMessages = undefined',
    }))
  },
}

/** Every place of the app loads its own code; the styles are one file, since esbuild wouldn't load a part's by itself. */
async function bundleInto(app: BrowserApp, folder: string): Promise<readonly Metafile[]> {
  const entryPoints = { [app.name]: join(app.folder, 'main.tsx') }
  const options = { ...usualOptions, entryPoints, publicPath: app.publicPath } as const satisfies BuildOptions
  const [code, styles] = await Promise.all([
    build({
      ...options,
      outdir: folder,
      splitting: true,
      loader: { '.css': 'empty' },
      plugins: [noOtherLanguages],
    }),
    build({ ...options, outdir: folder, plugins: [fontsAsFiles, noOtherLanguages], write: false }),
  ])
  const kept = styles.outputFiles.filter(({ path }) => !path.endsWith('.js'))
  await Promise.all(kept.map(({ path, contents }) => writeFile(path, contents)))
  return [code.metafile, styles.metafile]
}

/** What the app is made of lies in its folder or in packages, so these two tell whether it has changed. */
function checkInputs(app: BrowserApp, { inputs }: Metafile): void {
  const own = `${app.folder}/`
  const strays = Object.keys(inputs).filter(
    (path) => !path.startsWith(own) && !path.startsWith('node_modules/') && !path.startsWith('font:'),
  )
  if (strays.length > 0)
    throw new Error(`the ${app.name} imports from outside of ${own}: ${strays.join(', ')}`)
}

const brotli = promisify(brotliCompress)
const gzipped = promisify(gzip)

async function compress(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => /\.(?:js|css|svg)$/.test(name))
  await Promise.all(
    names.map(async (name) => {
      const content = await readFile(join(folder, name))
      const params = {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
      }
      await Promise.all([
        brotli(content, { params }).then((made) => writeFile(join(folder, `${name}.br`), made)),
        gzipped(content, { level: constants.Z_BEST_COMPRESSION }).then((made) =>
          writeFile(join(folder, `${name}.gz`), made),
        ),
      ])
    }),
  )
}

/** What the page loads before anything is shown: the entry, and all that it imports at once. */
function firstLoad(
  app: BrowserApp,
  { outputs }: Metafile,
): { readonly entry: string; readonly imported: readonly string[] } {
  const entry = Object.keys(outputs).find((path) => outputs[path]?.entryPoint?.endsWith('main.tsx'))
  if (entry === undefined) throw new Error(`the ${app.name} has no entry`)
  const imported = new Set<string>()
  const follow = (path: string): void => {
    for (const each of outputs[path]?.imports ?? []) {
      if (each.kind !== 'import-statement' || imported.has(each.path)) continue
      imported.add(each.path)
      follow(each.path)
    }
  }
  follow(entry)
  return { entry: basename(entry), imported: [...imported].map((path) => basename(path)) }
}

async function pageOf(app: BrowserApp, code: Metafile, assets: readonly string[]): Promise<string> {
  const { publicPath } = app
  const { entry, imported } = firstLoad(app, code)
  const styles = assets.find((name) => name.endsWith('.css'))
  const links = [
    `<link rel="stylesheet" href="${publicPath}/${styles}">`,
    ...imported.map((name) => `<link rel="modulepreload" href="${publicPath}/${name}">`),
    `<script type="module" src="${publicPath}/${entry}"></script>`,
  ]
  const template = await readFile(join(appFolderOf(app), 'index.html'), 'utf8')
  return template.replace('%ASSETS%', links.join('\n'))
}

async function buildInto(app: BrowserApp, folder: string): Promise<void> {
  const assets = join(folder, 'assets')
  await mkdir(assets, { recursive: true })
  const [code, styles] = await bundleInto(app, assets)
  if (code === undefined || styles === undefined) throw new Error(`the ${app.name} was not built`)
  checkInputs(app, code)
  checkInputs(app, styles)
  await writeFile(join(folder, 'index.html'), await pageOf(app, code, await readdir(assets)))
  if (app.isCompressed) await compress(assets)
}

/** Of all that the build depends on: the app, the packages, and this very file. */
async function inputsHash(app: BrowserApp): Promise<string> {
  const appFolder = appFolderOf(app)
  const entries = await readdir(appFolder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const all = [join(projectRoot, 'package-lock.json'), import.meta.filename, ...files.sort()]
  const hash = createHash('sha256')
  for (const file of all) hash.update(relative(projectRoot, file)).update(await readFile(file))
  return hash.digest('hex').slice(0, 16)
}

/** Puts `index.html` and `assets/` into `folder`. */
export async function buildBrowserApp(app: BrowserApp, folder: string): Promise<void> {
  const keptBuilds = keptBuildsOf(app)
  const kept = join(keptBuilds, await inputsHash(app))
  try {
    await cp(kept, folder, { recursive: true })
    return
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
  await mkdir(keptBuilds, { recursive: true })
  const making = `${kept}.${randomUUID()}`
  try {
    await buildInto(app, making)
    await cp(making, folder, { recursive: true })
    await keep(keptBuilds, making, kept)
  } finally {
    await rm(making, { recursive: true, force: true })
  }
}

async function keep(keptBuilds: string, made: string, kept: string): Promise<void> {
  // Older ones are of no use any more; what another process is still making has a dot in its name.
  const old = (await readdir(keptBuilds)).filter(
    (name) => !name.includes('.') && join(keptBuilds, name) !== kept,
  )
  await Promise.all(old.map((name) => rm(join(keptBuilds, name), { recursive: true, force: true })))
  try {
    await rename(made, kept)
  } catch (error) {
    // Another process has just made the same.
    const isThere =
      error instanceof Error && 'code' in error && ['ENOTEMPTY', 'EEXIST'].includes(String(error.code))
    if (!isThere) throw error
  }
}
