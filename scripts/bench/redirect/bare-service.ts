/*
 * The peer: a bare Express 5 route that signs and redirects, and does nothing else of what the service does.
 * Started by the benchmark as a process of its own, with `PORT` and `BUCKET`.
 */
import { S3Client } from '@aws-sdk/client-s3';
import { S3RequestPresigner } from '@aws-sdk/s3-request-presigner';
import { encodeKey } from '@file-migration/config';
import express from 'express';

const { config } = new S3Client({
  region: 'us-east-1',
  credentials: { accessKeyId: 'BENCH', secretAccessKey: 'bench' },
});
const presigner = new S3RequestPresigner({ ...config });
const hostname = `${process.env.BUCKET ?? ''}.s3.us-east-1.amazonaws.com`;

express()
  .get('/d/:id', async (request, response) => {
    const { path, query = {} } = await presigner.presign(
      {
        method: 'GET',
        protocol: 'https:',
        hostname,
        path: `/uploads/no-account/${encodeKey(request.params.id)}/${encodeKey('Plan 2026.pdf')}`,
        query: {
          'response-content-type': 'application/pdf',
          'response-content-disposition': 'inline; filename="Plan 2026.pdf"',
        },
        headers: { host: hostname },
      },
      { expiresIn: 120 },
    );
    const text = new URLSearchParams(query as Record<string, string>).toString();
    response.status(302).set('Location', `https://${hostname}${path}?${text}`).end();
  })
  .listen(Number(process.env.PORT), '127.0.0.1');
