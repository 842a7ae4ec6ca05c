// Browsers that open a page: Chromium and Firefox through puppeteer (Firefox over WebDriver BiDi), WebKitGTK through its
// WebDriver.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromiumSwitches, ensureChromium } from '../lib/chromium.mjs';
import { StepError, which } from '../lib/process.mjs';
import { freePort } from '../lib/ports.mjs';
import { aptInstall, canInstall } from '../toolchain/apt.mjs';

/** How each browser is opened: a function of the folder with the programs that returns `{ visit(address), close() }`. */
export const browsers = { chromium, firefox, webkit };

async function puppeteerOf(programs) {
  const require = createRequire(join(programs, 'package.json'));
  return (await import(pathToFileURL(require.resolve('puppeteer-core')))).default;
}

// The page of a setup stays open until the next one; its result says when it is ready.
function visiting(browser) {
  let page;
  return {
    async visit(address) {
      await page?.close();
      page = await browser.newPage();
      await page.goto(address, { waitUntil: 'domcontentloaded', timeout: 0 });
    },
    close: () => browser.close(),
  };
}

async function chromium(programs) {
  const puppeteer = await puppeteerOf(programs);
  const executablePath = await ensureChromium();
  return visiting(await puppeteer.launch({ executablePath, args: chromiumSwitches }));
}

async function firefox(programs) {
  const puppeteer = await puppeteerOf(programs);
  const executablePath = await ensure(['firefox-esr', 'firefox'], 'firefox-esr');
  const options = { browser: 'firefox', executablePath, headless: true };
  return visiting(await puppeteer.launch(options));
}

/** Path of the first of some programs, which a Debian package has. */
async function ensure(names, ...packages) {
  const find = () => names.map(which).find(Boolean);
  if (!find() && canInstall()) await aptInstall(...packages);
  const path = find();
  if (!path) throw new StepError(`Not found: ${names.join(', ')}. Install ${packages.join(', ')}.`);
  return path;
}

async function webkit() {
  const driver = await ensure(['WebKitWebDriver'], 'webkit2gtk-driver');
  const screen = await ensure(['Xvfb'], 'xvfb');
  const display = `:${90 + (process.pid % 900)}`;
  const server = spawn(screen, [display, '-screen', '0', '800x600x24'], { stdio: 'ignore' });
  const port = await freePort();
  const env = {
    ...process.env,
    DISPLAY: display,
    WEBKIT_DISABLE_COMPOSITING_MODE: '1',
    WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1', // the sandbox of a container, as Chromium's --no-sandbox
    LIBGL_ALWAYS_SOFTWARE: '1',
  };
  const process_ = spawn(driver, [`--port=${port}`, '--host=127.0.0.1'], { env, stdio: 'ignore' });
  const command = async (method, path, body) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const { value } = await response.json();
    if (value?.error) throw new StepError(`WebKit: ${value.error}: ${value.message}`);
    return value;
  };
  await waitFor(() => command('GET', '/status'));
  const options = { binary: miniBrowser(), args: ['--automation'] };
  const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': options } };
  const { sessionId } = await command('POST', '/session', { capabilities });
  return {
    visit: (url) => command('POST', `/session/${sessionId}/url`, { url }),
    async close() {
      await command('DELETE', `/session/${sessionId}`).catch(() => undefined);
      process_.kill();
      server.kill();
    },
  };
}

function miniBrowser() {
  const libraries = '/usr/lib';
  for (const folder of readdirSync(libraries))
    for (const version of ['4.1', '6.0', '4.0']) {
      const path = join(libraries, folder, `webkit2gtk-${version}/MiniBrowser`);
      if (existsSync(path)) return path;
    }
  throw new StepError("WebKitGTK's MiniBrowser was not found: install webkit2gtk-driver.");
}

async function waitFor(answer) {
  for (let i = 0; ; ++i) {
    try {
      return await answer();
    } catch (error) {
      if (i === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
