import { type ComponentType, Suspense, useEffect, useRef } from "react";
import { RowsSkeleton } from "@/components/faces";
import { Tabs, TabsContent, TabsList, TabsTrigger } from "@/components/ui/tabs";

export type UrlTab<Id extends string> = { id: Id; label: string; Content: ComponentType };

/**
 * Parts of a screen, of which the address says which one is shown; each is fetched when it is. By arrow keys one is shown at
 * once, or where `activationMode` says so by Enter: what costs the server much is not asked for on the way.
 */
export function UrlTabs<Id extends string>({
  label,
  tabs,
  shown,
  onShow,
  activationMode = "automatic",
  contentClassName,
}: {
  label: string;
  tabs: readonly UrlTab<Id>[];
  shown: Id;
  onShow: (tab: Id) => void;
  activationMode?: "automatic" | "manual";
  contentClassName?: string;
}) {
  const list = useRef<HTMLDivElement>(null);
  // On a phone there are more of them than fit.
  useEffect(() => {
    list.current?.querySelector(`[data-tab="${shown}"]`)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [shown]);
  return (
    <Tabs value={shown} onValueChange={(id) => onShow(id as Id)} activationMode={activationMode}>
      <TabsList aria-label={label} ref={list} className="print:hidden">
        {tabs.map(({ id, label: name }) => (
          <TabsTrigger key={id} value={id} data-tab={id}>
            {name}
          </TabsTrigger>
        ))}
      </TabsList>
      {tabs.map(({ id, Content }) => (
        <TabsContent key={id} value={id} className={contentClassName}>
          <Suspense fallback={<RowsSkeleton rows={6} />}>
            <Content />
          </Suspense>
        </TabsContent>
      ))}
    </Tabs>
  );
}
