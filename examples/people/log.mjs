// All that was decided, in words: node log.mjs FACES.npz
import { DecisionLog, describeDecision } from '@face-sets/people';

const log = await DecisionLog.open(`${process.argv[2]}.decisions.jsonl`);
for (const decision of log.decisions) {
  console.log(`${decision.at} ${decision.by} ${describeDecision(decision)}`);
}
