import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { describeWith } from '../../machine-tools.ts';
import { startObjectStore, type ObjectStore } from '../../object-store/server.ts';

const run = promisify(execFile);

describeWith('rclone', 'rclone against the object store stand-in', () => {
  let store: ObjectStore;

  before(async () => {
    // this rclone sends a private ACL, which a bucket that enforces its owner refuses
    store = await startObjectStore({ buckets: ['vendor', { name: 'target', ownership: 'ObjectWriter' }] });
  });
  after(() => store.close());

  for (const [how, flags] of [
    ['on the server', []],
    ['through the client', ['--disable', 'copy']],
    ['in parts', ['--disable', 'copy', '--s3-upload-cutoff', '5Mi', '--s3-chunk-size', '5Mi']],
  ] as const) {
    it(`copies bucket to bucket ${how}, and finds no difference`, async () => {
      const [{ accessKeyId, secretAccessKey }] = store.credentials;
      const folder = how.replaceAll(' ', '-');
      for (const key of ['a b+c.pdf', 'é/日本.txt', 'empty']) {
        store.seed('vendor', `${folder}/${key}`, { bytes: key === 'empty' ? '' : randomBytes(5000) });
      }
      store.seed('vendor', `${folder}/large.bin`, { bytes: randomBytes(11 * 1024 ** 2) });
      const env = {
        PATH: process.env.PATH,
        RCLONE_CONFIG: '/dev/null',
        RCLONE_CONFIG_STORE_TYPE: 's3',
        RCLONE_CONFIG_STORE_PROVIDER: 'Other',
        RCLONE_CONFIG_STORE_ENDPOINT: store.url,
        RCLONE_CONFIG_STORE_REGION: store.region,
        RCLONE_CONFIG_STORE_ACCESS_KEY_ID: accessKeyId,
        RCLONE_CONFIG_STORE_SECRET_ACCESS_KEY: secretAccessKey,
        RCLONE_CONFIG_STORE_NO_CHECK_BUCKET: 'true',
      };
      const places = [`store:vendor/${folder}`, `store:target/${folder}`];
      await run('rclone', ['copy', ...places, '--retries', '1', ...flags], { env });
      await run('rclone', ['check', '--download', ...places], { env });
      for (const { key } of store.list('vendor', `${folder}/`)) {
        expect(store.read('target', key).equals(store.read('vendor', key)), key).to.equal(true);
      }
    });
  }
});
