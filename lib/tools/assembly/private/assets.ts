import { dirname, resolve } from 'node:path';
import { isJsonObject, property } from '../json';
import type { FileAsset } from '../model';
import { readJsonObject, requiredText, section, text } from './read-json';

/** File assets of an asset manifest. Container images have no file here and are not listed. */
export function readAssets(file: string): FileAsset[] {
  const manifest = readJsonObject(file, 'a list of file assets');
  const files = section(file, manifest, 'files');
  return Object.keys(files).flatMap((hash) => {
    const path = `files.${hash}`;
    const asset = section(file, files, hash, path);
    const source = section(file, asset, 'source', `${path}.source`);
    // Assets made by a command at publication (`executable`) have no path yet.
    if (property(source, 'executable') !== undefined) return [];
    const sourcePath = requiredText(file, source, 'path', `${path}.source.path`);
    const packaging = text(file, source, 'packaging', `${path}.source.packaging`);
    const destinations = section(file, asset, 'destinations', `${path}.destinations`);
    return [
      {
        hash,
        path: resolve(dirname(file), sourcePath),
        packaging: packaging === 'zip' ? 'zip' : 'file',
        objectKeys: keys(Object.values(destinations)),
      } satisfies FileAsset,
    ];
  });
}

function keys(destinations: readonly unknown[]): string[] {
  const all = destinations.map((it) => (isJsonObject(it) ? property(it, 'objectKey') : undefined));
  return [...new Set(all.filter((key) => typeof key === 'string'))];
}
