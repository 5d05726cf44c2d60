// Makes a folder inside another, never through a symbolic link that somebody has put there: node safe-folder.mjs ROOT NAME
import { errorText, makeRealFolder } from '@face-sets/files';

const [root, name] = process.argv.slice(2);
try {
  console.log('made', await makeRealFolder(root, name));
} catch (error) {
  console.log('refused:', errorText(error));
}
