// Measures how long a service takes to follow a promotion and a rollback, under load: `npm run rehearse:delivery`.
import { DeliveryRehearsal } from './delivery-rehearsal.ts';

const LIMIT_SECONDS = 10;
const ROUNDS = 3;

const rehearsal = await DeliveryRehearsal.prepare();
try {
  const command = async (...args: Parameters<DeliveryRehearsal['run']>) => {
    const { code, output } = await rehearsal.run(...args);
    if (code !== 0) throw new Error(output);
  };
  for (const version of ['1', '2']) {
    await command('publish', '--bundle', await rehearsal.bundle(version));
  }
  await command('promote', '--version', '1', '--alias', 'stable');
  await rehearsal.serve();
  await rehearsal.untilAnsweredBy('1');

  let slowest = 0;
  for (let round = 1; round <= ROUNDS; round++) {
    await command('promote', '--version', '2', '--alias', 'stable');
    const promoted = (await rehearsal.untilAnsweredBy('2')) / 1000;
    await command('rollback');
    const rolledBack = (await rehearsal.untilAnsweredBy('1')) / 1000;
    console.log(`promoted in ${promoted.toFixed(1)} s, rolled back in ${rolledBack.toFixed(1)} s`);
    slowest = Math.max(slowest, promoted, rolledBack);
  }
  const { statuses, versions } = rehearsal.answers;
  const failed = [...statuses].reduce((sum, [status, count]) => sum + (status === 200 ? 0 : count), 0);
  console.log(
    `answers: ${[...versions].map(([version, count]) => `${count} by ${version}`).join(', ')}; ${failed} failed`,
  );
  if (failed > 0) throw new Error(`${failed} requests failed: ${JSON.stringify([...statuses])}`);
  if (slowest > LIMIT_SECONDS) throw new Error(`${slowest.toFixed(1)} s is more than ${LIMIT_SECONDS} s`);
} catch (error) {
  console.error(`The rehearsal failed: ${(error as Error).message}`);
  process.exitCode = 1;
} finally {
  await rehearsal.stop();
}
