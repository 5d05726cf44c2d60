// What a folder of .onnx files can do: node models.mjs MODELS
import { findModels, loadModels } from '@face-sets/face-embed';

const models = await loadModels(await findModels({ dir: process.argv[2] }));
for (const role of models.roles) {
  const { name, sha256 } = await models.identity(role);
  console.log(`${role}: ${name} ${sha256.slice(0, 8)}`);
}
for (const note of models.notes) console.log(note);
