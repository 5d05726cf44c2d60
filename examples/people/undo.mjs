// Takes the last decision back: node undo.mjs FACES.npz
import { DecisionLog, describeDecision } from '@face-sets/people';

const log = await DecisionLog.open(`${process.argv[2]}.decisions.jsonl`);
const last = log.inForce.at(-1);
if (last) console.log(describeDecision((await log.append([{ do: 'revert', ids: [last.id] }], 'cli'))[0]));
else console.log('nothing to take back');
