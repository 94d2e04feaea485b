/** Swagger UI's files that the page at `/docs` needs, by their name, with their type. They lie beside the bundle. */
export const docsAssets: Readonly<Record<string, string>> = {
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'swagger-ui.css': 'text/css; charset=utf-8',
}
