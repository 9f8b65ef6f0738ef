/** An image of a public registry by its digest: of one image, or of an index of several architectures. */
export interface ImageReference {
  /** Registry that serves it without an account, as ECR's pull-through cache knows it. */
  readonly registry: 'public.ecr.aws';
  readonly repository: string;
  readonly digest: string;
}

/** A public image by the digest of its index, which lists it for each architecture. */
export interface ServerImage extends ImageReference {
  /** What the digest stood for when it was read; a tag moves, a digest does not. */
  readonly tag: string;
}

/**
 * What servers run: the official Node.js image, unchanged. `node:24.19.0-bookworm-slim` of the Docker
 * library, index of amd64, arm64 and others; read in November 2026 from a dozen independent public
 * Dockerfiles that pin this tag with this digest. `public.ecr.aws/docker/library` is the publisher's
 * own mirror of the same bytes. Replace tag and digest together, from two sources that agree.
 */
export const SERVER_IMAGE: ServerImage = {
  registry: 'public.ecr.aws',
  repository: 'docker/library/node',
  tag: '24.19.0-bookworm-slim',
  digest: 'sha256:a9f5f7c91a432850b2a8a7797adf5eadb6c733ceed61167806cee7ea7fbc29df',
};
