/** What the running product is, as app/tests/serving/for_browsers.py tells it. */
export type Product = {
  url: string;
  /** The same server under a name that browsers do not trust as they trust localhost. */
  studioUrl: string;
  /** The folder of the mails that were sent. */
  mails: string;
  superuser: Account;
  demo: Account;
  pid: number;
};

/** A product after its very first start: nobody has an account yet. */
export type FreshProduct = Pick<Product, "url" | "studioUrl" | "mails" | "pid"> & { setUpUrl: string };

export type Account = { email: string; password: string };

const VARIABLE = "TRACKER_PRODUCT";

export function shareProduct(product: Product): void {
  process.env[VARIABLE] = JSON.stringify(product);
}

export const isShared = (): boolean => process.env[VARIABLE] !== undefined;

/** The product that the global set-up started. */
export function product(): Product {
  const told = process.env[VARIABLE];
  if (told === undefined) throw new Error("No product runs: tests/support/global-setup.ts starts it.");
  return JSON.parse(told) as Product;
}
