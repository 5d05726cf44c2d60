// When photos were taken: by their metadata, else by the year in their path: node dates.mjs PHOTO…
import { captureDate, yearInPath } from '@face-sets/photos';

for (const path of process.argv.slice(2)) {
  const found = await captureDate(path);
  console.log(path, found ? `${found.date} (${found.from})` : (yearInPath(path) ?? 'unknown'));
}
