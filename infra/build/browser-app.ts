/**
 * Builds an app for the browser: its page and its files, whose names contain a hash of their content. Files that are
 * sent over the internet are compressed in advance, at the highest level.
 *
 * Compressing takes seconds and tests synthesize often. So each build is cached by a hash of its inputs, and a build
 * with the same inputs copies the cached one.
 */
import { createHash, randomUUID } from 'node:crypto'
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild'
import { projectRoot } from '../project.ts'

export interface BrowserApp {
  /** Name of its files, and of the folder below `.local` that caches its builds. */
  readonly name: string
  /**
   * Path from the project's root. Contains `main.tsx` and `index.html`; the app imports only from here and from
   * packages.
   */
  readonly folder: string
  /** URL path under which the files are served. */
  readonly publicPath: string
  readonly isCompressed: boolean
}

/** Browsers of about the last two years, which is what Cloudscape supports. */
const target = ['chrome115', 'edge115', 'firefox121', 'safari17']

const appFolderOf = ({ folder }: BrowserApp): string => join(projectRoot, folder)
const cacheFolderOf = ({ name }: BrowserApp): string => join(projectRoot, '.local', name)

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

/**
 * Moves Cloudscape's embedded fonts out of its style sheet into files: the browser then loads only the fonts it
 * shows, and the content security policy needs no `data:`.
 */
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

/**
 * Drops Cloudscape's loader for the messages of all languages, which would be bundled too. The app imports the
 * languages it has.
 */
const noOtherLanguages: Plugin = {
  name: 'no-other-languages',
  setup({ onLoad }) {
    onLoad({ filter: /components[\\/]i18n[\\/]dynamic\.js$/ }, () => ({
      contents: 'export const importMessages = undefined',
    }))
  },
}

/**
 * Bundles the code with a chunk for each route, and all styles into one file: esbuild doesn't load the style sheet of
 * a chunk by itself.
 */
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
  const files = styles.outputFiles.filter(({ path }) => !path.endsWith('.js'))
  await Promise.all(files.map(({ path, contents }) => writeFile(path, contents)))
  return [code.metafile, styles.metafile]
}

/** Fails if the app imports from outside its folder. The cache key covers only that folder and the packages. */
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

/** The files that the page loads before it shows anything: the entry, and everything that it imports statically. */
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

/** Hash of everything that the build depends on: the app, the packages, and this file. */
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
  const cacheFolder = cacheFolderOf(app)
  const cached = join(cacheFolder, await inputsHash(app))
  try {
    await cp(cached, folder, { recursive: true })
    return
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
  await mkdir(cacheFolder, { recursive: true })
  const building = `${cached}.${randomUUID()}`
  try {
    await buildInto(app, building)
    await cp(building, folder, { recursive: true })
    await store(cacheFolder, building, cached)
  } finally {
    await rm(building, { recursive: true, force: true })
  }
}

async function store(cacheFolder: string, made: string, cached: string): Promise<void> {
  // Older builds are no longer needed. Names with a dot are builds that another process is still writing.
  const old = (await readdir(cacheFolder)).filter(
    (name) => !name.includes('.') && join(cacheFolder, name) !== cached,
  )
  await Promise.all(old.map((name) => rm(join(cacheFolder, name), { recursive: true, force: true })))
  try {
    await rename(made, cached)
  } catch (error) {
    // Another process has just stored the same build.
    const isThere =
      error instanceof Error && 'code' in error && ['ENOTEMPTY', 'EEXIST'].includes(String(error.code))
    if (!isThere) throw error
  }
}
