import { Eye, EyeOff } from "lucide-react";
import { type ComponentProps, useState } from "react";
import { Input } from "@/components/ui/input";
import { cn } from "@/lib/cn";
import { accountTexts } from "@/texts/account";

/** A password, which can be looked at while it is typed. */
export function PasswordInput({ className, ...props }: Omit<ComponentProps<"input">, "type">) {
  const [isShown, setShown] = useState(false);
  const Icon = isShown ? EyeOff : Eye;
  return (
    <div className="relative">
      <Input {...props} type={isShown ? "text" : "password"} className={cn("pr-11", className)} />
      <button
        type="button"
        aria-label={isShown ? accountTexts.hidePassword : accountTexts.showPassword}
        onClick={() => setShown((before) => !before)}
        className="absolute inset-y-0 right-0 grid w-10 place-content-center rounded-md text-muted-foreground outline-none hover:text-foreground focus-visible:ring-2 focus-visible:ring-ring focus-visible:ring-inset"
      >
        <Icon className="size-4" aria-hidden="true" />
      </button>
    </div>
  );
}
