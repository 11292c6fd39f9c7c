import { isShared, type Product, shareProduct } from "./product.ts";
import { startProduct } from "./start.ts";

/** Starts the product, once for all tests; what is returned ends it. */
export default async function globalSetup(): Promise<(() => Promise<void>) | undefined> {
  // Whoever tries one test again and again names a product that runs already, in the form of support/product.ts.
  if (isShared()) return undefined;
  const { told, end } = await startProduct<Product>();
  shareProduct(told);
  return end;
}
