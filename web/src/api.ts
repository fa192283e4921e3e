// Client for the REST API.

export interface Contact {
  id: string;
  first_name: string | null;
  last_name: string | null;
  email: string | null;
  phone: string | null;
  birthday: string | null;
  favorite: boolean;
  notes: string | null;
}

export interface Celebration extends Contact {
  next_birthday: string;
  days_left: number;
  turns: number | null;
}

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export interface User {
  username: string;
  email: string;
  role: string;
}

/** What the server offers before signing in. */
export interface Site {
  version: string;
  has_administrator: boolean;
  signup: 'open' | 'domains' | 'closed';
  signup_domains: string[];
}

interface TokenPair {
  access_token: string;
}

interface ProblemBody {
  type?: string;
  status: number;
  title: string;
  detail: string;
  errors?: { field: string; message: string }[];
}

/** Problem details from the server (RFC 9457); status 0 if the server cannot be reached. */
export class Problem extends Error {
  readonly status: number;
  /** The last segment of the problem type: `email-not-verified`. */
  readonly kind: string;
  /** Error messages by field. */
  readonly fields: Map<string, string>;

  constructor(body: ProblemBody) {
    super(body.detail || body.title);
    this.status = body.status;
    this.kind = (body.type ?? '').split(':').pop() ?? '';
    this.fields = new Map((body.errors ?? []).map(({ field, message }) => [field, message]));
  }
}

/** Storage of the browser, of a tab or of all tabs. The refresh token is in none of it. */
export interface SessionStore {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const sessionKey = 'kith.session';

/** API client. Renews its access token automatically while signed in. */
export class Api {
  private accessToken: string | null = null;
  private refreshing: Promise<boolean> | null = null;

  constructor(private readonly session: SessionStore) {}

  /** Returns whether there may be a session. */
  hasSession(): boolean {
    return this.session.getItem(sessionKey) !== null;
  }

  /** Creates an account. Returns false if the server does not reveal whether it was created. */
  async signUp(username: string, email: string, password: string): Promise<boolean> {
    const made = await this.send('POST', '/api/v1/auth/signup', { username, email, password });
    return made !== undefined;
  }

  site(): Promise<Site> {
    return this.send('GET', '/api/v1/site');
  }

  /** When the set-up link with this token expires. */
  async checkSetup(token: string): Promise<Date> {
    const path = '/api/v1/setup/check';
    const { expires_at } = await this.send<{ expires_at: string }>('POST', path, { token });
    return new Date(expires_at);
  }

  async setUp(token: string, username: string, email: string, password: string): Promise<void> {
    await this.send('POST', '/api/v1/setup', { token, username, email, password });
  }

  async signIn(email: string, password: string): Promise<void> {
    const path = '/api/v1/auth/login?session=cookie';
    this.keep(await this.send<TokenPair>('POST', path, { email, password }));
  }

  resendVerification(email: string): Promise<void> {
    return this.send('POST', '/api/v1/auth/verify/resend', { email });
  }

  forgotPassword(email: string): Promise<void> {
    return this.send('POST', '/api/v1/auth/password/forgot', { email });
  }

  /** Confirms the address that the link was sent to and returns it. */
  async verifyEmail(token: string): Promise<string> {
    return (await this.send<{ email: string }>('POST', '/api/v1/auth/verify', { token })).email;
  }

  /** Sets the password of the account that the link was sent to and returns its address. */
  async resetPassword(token: string, password: string): Promise<string> {
    const body = { token, password };
    return (await this.send<{ email: string }>('POST', '/api/v1/auth/password/reset', body)).email;
  }

  async signOut(): Promise<void> {
    try {
      await this.authorized('POST', '/api/v1/auth/logout');
    } catch (problem) {
      const isOver = problem instanceof Problem && problem.status === 401;
      if (!isOver) throw problem; // the cookie still exists, so stay signed in
    }
    this.forget();
  }

  me(): Promise<User> {
    return this.authorized('GET', '/api/v1/users/me');
  }

  contacts(query: string, cursor: string | null, signal?: AbortSignal): Promise<Page<Contact>> {
    const parameters = new URLSearchParams({ limit: '50' });
    // The search rejects queries that have only separators, quotes and combining marks.
    const isSearch = /[^\s,\p{Pd}\p{Pi}\p{Pf}\p{M}'"`]/u.test(query);
    if (isSearch) parameters.set('q', query);
    if (cursor !== null) parameters.set('cursor', cursor);
    const list = isSearch ? 'contacts/search' : 'contacts';
    return this.authorized('GET', `/api/v1/${list}?${parameters}`, undefined, signal);
  }

  birthdays(days: number, timeZone: string): Promise<Page<Celebration>> {
    const parameters = new URLSearchParams({ days: String(days), tz: timeZone, limit: '8' });
    return this.authorized('GET', `/api/v1/contacts/birthdays?${parameters}`);
  }

  create(contact: Record<string, string>): Promise<Contact> {
    return this.authorized('POST', '/api/v1/contacts', contact);
  }

  setFavorite(id: string, favorite: boolean): Promise<Contact> {
    return this.authorized('PATCH', `/api/v1/contacts/${id}/favorite`, { favorite });
  }

  private async authorized<T>(
    method: string,
    path: string,
    body?: unknown,
    signal?: AbortSignal,
  ): Promise<T> {
    if (this.accessToken === null) await this.refresh();
    try {
      return await this.send<T>(method, path, body, signal);
    } catch (problem) {
      const expired = problem instanceof Problem && problem.status === 401;
      if (!expired || !(await this.refresh())) throw problem;
      return await this.send<T>(method, path, body, signal);
    }
  }

  /** Allows one refresh at a time: using a refresh token twice ends the session. */
  private refresh(): Promise<boolean> {
    this.refreshing ??= this.refreshOnce().finally(() => (this.refreshing = null));
    return this.refreshing;
  }

  private async refreshOnce(): Promise<boolean> {
    if (!this.hasSession()) return false;
    try {
      this.keep(await this.send<TokenPair>('POST', '/api/v1/auth/refresh', {}));
      return true;
    } catch (problem) {
      const isOver = problem instanceof Problem && [401, 422].includes(problem.status);
      if (isOver) this.forget();
      return false;
    }
  }

  private keep(pair: TokenPair): void {
    this.accessToken = pair.access_token;
    this.session.setItem(sessionKey, 'yes');
  }

  private forget(): void {
    this.accessToken = null;
    this.session.removeItem(sessionKey);
  }

  private async send<T>(
    method: string,
    path: string,
    body?: unknown,
    signal?: AbortSignal,
  ): Promise<T> {
    const headers: Record<string, string> = {};
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    if (this.accessToken !== null) headers['Authorization'] = `Bearer ${this.accessToken}`;
    const response = await this.reach(path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    if (response.status === 204 || response.status === 202) return undefined as T;
    const answer: unknown = await response.json();
    if (!response.ok) throw new Problem(answer as ProblemBody);
    return answer as T;
  }

  private async reach(path: string, request: RequestInit): Promise<Response> {
    try {
      return await fetch(path, request);
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') throw error;
      throw new Problem({
        status: 0,
        title: '',
        detail: 'The server cannot be reached. Check your connection and try again.',
      });
    }
  }
}
