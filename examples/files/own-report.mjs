// Writes a file of a program's own, and refuses to replace anybody else's: node own-report.mjs FILE.json
import { ForeignFileError, ownJson, writeOwnFile } from '@face-sets/files';

const report = { kind: 'my-report', made: 'by an example' };
try {
  await writeOwnFile(process.argv[2], JSON.stringify(report), ownJson('my-report'));
  console.log('written');
} catch (error) {
  if (!(error instanceof ForeignFileError)) throw error;
  console.log(`left alone: ${error.message}`);
}
