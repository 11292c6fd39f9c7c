import { type Product, shareProduct } from "./product.ts";
import { startProduct } from "./start.ts";

/** Starts the product, once for all tests; what is returned ends it. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  const { told, end } = await startProduct<Product>();
  shareProduct(told);
  return end;
}
