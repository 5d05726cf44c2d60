// Appends decisions until it is killed, and prints the id of each once it is said: node decision-log-child.mjs LOG
import { DecisionLog } from '../../dist/index.js';

const log = await DecisionLog.open(process.argv[2]);
for (let number = 1; ; number++) {
  const person = { number, faces: [] };
  const said = await log.append(
    [
      { do: 'name', person, name: `Person ${'x'.repeat(number % 700)}` },
      { do: 'ignore', person },
    ],
    'cli',
  );
  process.stdout.write(`${said.map(({ id }) => id).join(' ')}\n`);
}
