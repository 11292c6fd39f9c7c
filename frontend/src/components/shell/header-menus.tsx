import { ThemeMenu } from "./theme-menu";
import { UserMenu } from "./user-menu";

/** The menus of the header, in a file that is fetched once the screen stands. */
export function HeaderMenus() {
  return (
    <>
      <ThemeMenu />
      <UserMenu />
    </>
  );
}
