import { randomUUID } from "node:crypto";
import type { APIRequestContext } from "@playwright/test";
import type {
  ButtonCreate,
  ButtonPublic,
  DeckPublic,
  PressKeyPublic,
  Role,
  StationCreate,
  StationPublic,
} from "../../src/client";
import { type Account, product } from "./product.ts";

/** Calls the API as somebody, for what a test needs before it opens a browser. */
export class Api {
  private readonly token: string;

  private constructor(token: string) {
    this.token = token;
  }

  static async as({ email, password }: Account): Promise<Api> {
    const answer = await fetch(`${product().url}/api/v1/login/access-token`, {
      method: "POST",
      body: new URLSearchParams({ username: email, password }),
    });
    const { access_token } = (await json(answer)) as { access_token: string };
    return new Api(access_token);
  }

  static asSuperuser(): Promise<Api> {
    return Api.as(product().superuser);
  }

  async call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await fetch(`${product().url}/api/v1${path}`, {
      method,
      headers: { Authorization: `Bearer ${this.token}`, "Content-Type": "application/json" },
      body: body === undefined ? null : JSON.stringify(body),
    });
    return (await json(answer)) as Answer;
  }

  createStation(station: Partial<StationCreate> = {}): Promise<StationPublic> {
    const wanted = {
      name: `Station ${randomUUID().slice(0, 8)}`,
      purpose: "radio",
      zone: "America/New_York",
      ...station,
    };
    return this.call("POST", "/stations/", wanted);
  }

  createButton(stationId: string, button: Partial<ButtonCreate> = {}): Promise<ButtonPublic> {
    return this.call("POST", `/buttons/?station_id=${stationId}`, { title: "Buckle up", type: "psa", ...button });
  }

  createDeck(stationId: string, name = "Studio A"): Promise<DeckPublic> {
    return this.call("POST", `/decks/?station_id=${stationId}`, { name });
  }

  createKey(stationId: string, buttonId: string, deckId: string | null): Promise<PressKeyPublic> {
    return this.call("POST", `/buttons/${buttonId}/keys?station_id=${stationId}`, { deck_id: deckId });
  }
}

async function json(answer: Response): Promise<unknown> {
  if (!answer.ok) throw new Error(`${answer.status} ${answer.url}: ${await answer.text()}`);
  return answer.status === 204 ? null : answer.json();
}

/** Logs a browser in without the form: `request` is that of its page or context, which keep the cookie. */
export async function openSession(request: APIRequestContext, { email, password }: Account): Promise<void> {
  const answer = await request.post(`${product().url}/api/v1/login/session`, {
    form: { username: email, password },
    headers: { Origin: product().url },
  });
  if (!answer.ok()) throw new Error(`${answer.status()}: ${await answer.text()}`);
}

/** Presses a key as a Stream Deck does. */
export async function press(pressUrl: string): Promise<void> {
  await json(await fetch(pressUrl));
}

/** A new account that may log in. */
export async function createAccount({ fullName = "Dana Reyes" }: { fullName?: string } = {}): Promise<Account> {
  const account = { email: `${randomUUID()}@example.com`, password: "a-long-password-for-tests" };
  const superuser = await Api.asSuperuser();
  await superuser.call("POST", "/users/", { ...account, full_name: fullName });
  return account;
}

/** A new account with a station of its own, apart from those of all other tests. */
export async function createOwner(
  station: Partial<StationCreate> = {},
): Promise<{ account: Account; api: Api; station: StationPublic }> {
  const account = await createAccount();
  const superuser = await Api.asSuperuser();
  const { id } = await superuser.createStation(station);
  await superuser.call("POST", `/stations/${id}/members`, { email: account.email, role: "owner" });
  const api = await Api.as(account);
  return { account, api, station: await api.call("GET", `/stations/${id}`) };
}

/** A new account that is a member of a station. */
export async function createMember(owner: Api, stationId: string, role: Role): Promise<Account> {
  const account = await createAccount({ fullName: `The ${role}` });
  await owner.call("POST", `/stations/${stationId}/members`, { email: account.email, role });
  return account;
}
