import { CircleCheck, CircleMinus } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { Card, CardContent, CardDescription, CardHeader, CardTitle } from "@/components/ui/card";
import { isInstalled, useInstall } from "@/lib/install";
import { type OfflineState, useOfflineState } from "@/lib/service-worker";
import { deviceTexts } from "@/texts/device";

const OFFLINE_WORDS: Record<OfflineState, string> = {
  ready: deviceTexts.offlineReady,
  preparing: deviceTexts.offlinePreparing,
  insecure: deviceTexts.offlineInsecure,
  unsupported: deviceTexts.offlineUnsupported,
  refused: deviceTexts.offlineRefused,
};

/** What this browser lets the dashboard do, and the reason for what it does not: plain http, as a rule. */
export function DevicePanel({ className }: { className?: string }) {
  const offline = useOfflineState();
  const isSecure = window.isSecureContext;
  return (
    <Card data-testid="device-panel" className={className}>
      <CardHeader>
        <div>
          <CardTitle>{deviceTexts.title}</CardTitle>
          <CardDescription>{deviceTexts.description}</CardDescription>
        </div>
      </CardHeader>
      <CardContent>
        <ul className="divide-y">
          <InstallRow isSecure={isSecure} />
          <Row title={deviceTexts.copy} works={true}>
            {isSecure ? deviceTexts.copyWorks : deviceTexts.copyInsecure}
          </Row>
          <Row title={deviceTexts.offline} works={offline === "ready" || offline === "preparing"}>
            {OFFLINE_WORDS[offline]}
          </Row>
        </ul>
        {!isSecure && <p className="mt-3 text-sm text-muted-foreground">{deviceTexts.howToSecure}</p>}
      </CardContent>
    </Card>
  );
}

function InstallRow({ isSecure }: { isSecure: boolean }) {
  const install = useInstall();
  const words = () => {
    if (!isSecure) return deviceTexts.installInsecure;
    if (isInstalled()) return deviceTexts.isInstalled;
    return install === null ? deviceTexts.installByMenu : deviceTexts.canInstall;
  };
  return (
    <Row
      title={deviceTexts.install}
      works={isSecure}
      action={
        install && (
          <Button variant="outline" onClick={install}>
            {deviceTexts.installNow}
          </Button>
        )
      }
    >
      {words()}
    </Row>
  );
}

function Row({
  title,
  works,
  action,
  children,
}: {
  title: string;
  works: boolean;
  action?: ReactNode;
  children: ReactNode;
}) {
  const Icon = works ? CircleCheck : CircleMinus;
  return (
    <li className="flex gap-3 py-3 first:pt-0 last:pb-0">
      <Icon
        role="img"
        aria-label={works ? deviceTexts.works : deviceTexts.limited}
        className={works ? "mt-0.5 size-4 shrink-0 text-primary" : "mt-0.5 size-4 shrink-0 text-muted-foreground"}
      />
      <div className="min-w-0 flex-1">
        <p className="text-sm font-medium">{title}</p>
        <p className="text-sm text-pretty text-muted-foreground">{children}</p>
      </div>
      {action}
    </li>
  );
}
