import type { ErrorComponentProps } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Logo } from "@/components/logo";
import { commonTexts } from "@/texts/common";
import { CrashedScreen } from "./screens";

/** A page with nothing but the product's name: where it is not known who looks at it, or the frame itself failed. */
function Frameless({ children }: { children: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="flex h-14 items-center gap-2.5 px-4 sm:px-6">
        <Logo className="size-7" />
        <span className="text-sm font-semibold">{commonTexts.productName}</span>
      </header>
      <main className="flex flex-1 flex-col justify-center px-4 pb-20 sm:px-6">{children}</main>
    </div>
  );
}

export function CrashedPage(props: ErrorComponentProps) {
  return (
    <Frameless>
      <CrashedScreen {...props} />
    </Frameless>
  );
}
