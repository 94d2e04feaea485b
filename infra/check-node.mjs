import module from 'node:module'

// Loaded before each of npm's scripts (`node --import`), and plain JavaScript that an old Node reads too: one without type
// stripping would otherwise end in a stack that names a file extension.
const NEEDED_MAJOR = 24

if (Number.parseInt(process.versions.node, 10) < NEEDED_MAJOR) {
  console.error(
    `Node.js ${NEEDED_MAJOR} or newer is needed, and this is ${process.versions.node}. On Linux x64 \`npm ci\` brings it along, unless optional packages are left out.`,
  )
  process.exit(1)
}

// What was compiled for an earlier command is there for the next, which is up a quarter sooner. Older Nodes don't know it.
module.enableCompileCache?.()
