// A standalone Spark cluster on the loopback interface, from PyPI's pyspark.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, checkout } from '../lib/paths.mjs';
import { StepError, read } from '../lib/process.mjs';
import { ensureVenv } from '../lib/venv.mjs';
import { aptInstall, canInstall } from '../toolchain/apt.mjs';
import { environmentOf, runIn } from './programs.mjs';
import { startUntil } from './processes.mjs';

const host = '127.0.0.1';

/** Installs Spark into the cache folder and Java on the machine. Returns what the cluster is started with. */
export async function ensureSpark() {
  const hasJava = () => read('java', ['-version']) !== null;
  if (!hasJava() && canInstall()) await aptInstall('openjdk-17-jre-headless');
  if (!hasJava()) throw new StepError('No Java found: install version 17 or later.');
  const requirements = join(checkout, 'tools/scale/requirements.txt');
  const python = await ensureVenv(join(cacheFolder, 'spark-venv'), requirements);
  const home = read(python, ['-c', 'import pyspark; print(pyspark.__path__[0])']).trim();
  return { python, home };
}

/**
 * Starts a master. Returns `{ startWorker(name), submit(args, options), close() }`; a worker has a core and a working
 * folder that ends with its name, and is `{ kill }`.
 */
export async function startCluster({ python, home }, folder) {
  const settingsOfSpark = {
    PYSPARK_PYTHON: python,
    SPARK_HOME: home,
    SPARK_LOCAL_IP: host,
    SPARK_DAEMON_MEMORY: '512m',
  };
  const env = { ...environmentOf(folder), ...settingsOfSpark };
  const started = [];
  const start = async (pattern, args) => {
    const program = [join(home, 'bin/spark-class'), ...args];
    started.push(await startUntil(pattern, program, { cwd: folder, env }));
    return started.at(-1);
  };
  const deploy = 'org.apache.spark.deploy';
  const anywhere = ['--host', host, '--port', '0', '--webui-port', '0'];
  const { match } = await start(/Starting Spark master at (spark:\S+)/, [
    `${deploy}.master.Master`,
    ...anywhere,
  ]);
  const [, master] = match;
  return {
    /** A worker with one core, registered at the master. */
    startWorker(name) {
      const own = join(folder, 'workers', name);
      mkdirSync(own, { recursive: true });
      const resources = ['--cores', '1', '--memory', '1g', '--work-dir', own];
      const worker = [`${deploy}.worker.Worker`, ...anywhere, ...resources, master];
      return start(/Successfully registered with master/, worker);
    },
    /** Runs a program on `executors` workers, all of which it waits for. */
    submit(args, { executors }) {
      const settings = {
        'spark.cores.max': executors,
        'spark.executor.cores': 1,
        'spark.scheduler.minRegisteredResourcesRatio': 1,
        'spark.scheduler.maxRegisteredResourcesWaitingTime': '120s',
        'spark.ui.enabled': false,
        // A task for each file, however small.
        'spark.sql.files.maxPartitionBytes': '64k',
        'spark.sql.files.openCostInBytes': '64k',
      };
      const options = Object.entries(settings).flatMap(([k, v]) => ['--conf', `${k}=${v}`]);
      const program = [join(home, 'bin/spark-submit'), '--master', master, ...options, ...args];
      return runIn(folder, program, { env: settingsOfSpark });
    },
    close() {
      for (const { kill } of started) kill();
    },
  };
}
