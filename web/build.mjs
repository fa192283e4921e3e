// Builds web/dist, which is embedded into the server: pages at the top, all else under their own
// names. `--tests` bundles the unit tests for node instead.
import { build } from 'esbuild';
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
const source = path.join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, 'src');
const dist = path.join(source, '..', 'dist');
const testsOut = path.join(source, '..', 'node_modules', '.cache', 'kith-tests');

async function sources(suffix) {
  return (await readdir(source))
    .filter((name) => name.endsWith(suffix))
    .map((name) => path.join(source, name));
}

async function buildTests() {
  await rm(testsOut, { recursive: true, force: true });
  await build({
    entryPoints: await sources('.test.ts'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    outdir: testsOut,
  });
}

// ReDoc shows its maker's logo from an external host; nothing here is loaded from elsewhere.
async function copyRedoc() {
  const bundle = await readFile(require.resolve('redoc/bundles/redoc.standalone.js'), 'utf8');
  const local = bundle.replaceAll(
    /https:\/\/cdn\.redoc\.ly\/redoc\/logo-mini\.svg/g,
    '/assets/favicon.svg',
  );
  if (local.includes('cdn.redoc.ly')) throw new Error('ReDoc loads something from another host');
  await writeFile(
    path.join(dist, 'redoc.standalone.js'),
    local.replace(/\n\/\/# sourceMappingURL=.*\n?$/, '\n'),
  );
}

async function buildPages() {
  await rm(dist, { recursive: true, force: true });
  await mkdir(dist, { recursive: true });
  await build({
    entryPoints: [
      'start.ts',
      'setup.ts',
      'account.ts',
      'docs.ts',
      'redoc.ts',
      'kith.css',
      'docs.css',
    ].map((name) => path.join(source, name)),
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    outdir: dist,
  });
  for (const file of [...(await sources('.html')), ...(await sources('.svg'))]) {
    await copyFile(file, path.join(dist, path.basename(file)));
  }
  const swagger = path.dirname(require.resolve('swagger-ui-dist/package.json'));
  for (const name of ['swagger-ui.css', 'swagger-ui-bundle.js']) {
    await copyFile(path.join(swagger, name), path.join(dist, name));
  }
  await copyRedoc();
}

await (process.argv.includes('--tests') ? buildTests() : buildPages());
