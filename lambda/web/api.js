const KEY = 'meridian-token';
const ATTEMPTS = 3;

export const session = {
  /** Who is logged in, as the service last said. */
  user: null,
  get token() {
    return localStorage.getItem(KEY);
  },
  set token(value) {
    if (value === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, value);
  },
};

/** What the service refused, in its own words. */
export class ApiError extends Error {
  constructor(status, errors) {
    const words = Object.entries(errors).map(
      ([field, messages]) => `${field} ${messages.join(', ')}`,
    );
    super(words.join('; ') || `status ${status}`);
    this.status = status;
  }
}

/** One call; a write has a key, so that what is unavailable can be asked for again without doing it twice. */
export async function call(method, path, body) {
  const headers = {
    ...(session.token && { authorization: `Token ${session.token}` }),
    ...(body && { 'content-type': 'application/json' }),
    ...(method !== 'GET' && {
      'idempotency-key': crypto.getRandomValues(new Uint32Array(4)).join('-'),
    }),
  };
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetch(`/api${path}`, {
      method,
      headers,
      body: body && JSON.stringify(body),
    });
    const region = response.headers.get('x-meridian-region');
    if (region) document.getElementById('region').textContent = region;
    const text = await response.text();
    const answer = text ? JSON.parse(text) : {};
    if (response.ok) return answer;
    const wait = Number(response.headers.get('retry-after'));
    if (response.status !== 503 || attempt === ATTEMPTS || !(wait > 0))
      throw new ApiError(response.status, answer.errors ?? {});
    await new Promise((resolve) => setTimeout(resolve, wait * 1000));
  }
}

/** Puts an image past the service, by a form that it signs; answers the path by which it is read. */
export async function upload(file) {
  const { upload: signed } = await call('POST', '/uploads', {
    upload: { contentType: file.type, size: file.size },
  });
  const body = new FormData();
  for (const [name, value] of Object.entries(signed.fields)) body.append(name, value);
  body.append('file', file);
  const answer = await fetch(signed.url, { method: 'POST', body }).catch(() => undefined);
  if (!answer?.ok) throw new Error('The picture could not be uploaded; try again.');
  return signed.mediaUrl;
}
