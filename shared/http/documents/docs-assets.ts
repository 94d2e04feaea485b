/** The Swagger UI files that the page at `/docs` loads: media type by name. They are copied next to the bundle. */
export const docsAssets: Readonly<Record<string, string>> = {
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'swagger-ui.css': 'text/css; charset=utf-8',
}
