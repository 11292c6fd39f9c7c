import { useNavigate, useRouterState } from "@tanstack/react-router";
import { useEffect, useState } from "react";

/** The token in a fragment, which is `token=…`, or nothing but the token. */
function tokenOf(fragment: string): string {
  const named = new URLSearchParams(fragment).get("token");
  return named ?? (fragment.includes("=") ? "" : decodeURIComponent(fragment));
}

/**
 * The token of the link that led here. It stands in the fragment, which browsers send to nobody.
 *
 * `forget` takes it out of the address once it has done its work, so that it does not stay in the history; here it is
 * still known. Another link that is opened in the same tab brings another token.
 */
export function useLinkToken(): { token: string; forget: () => void } {
  const navigate = useNavigate();
  const inAddress = tokenOf(useRouterState({ select: ({ location }) => location.hash }));
  const [token, setToken] = useState(inAddress);
  useEffect(() => {
    if (inAddress !== "") setToken(inAddress);
  }, [inAddress]);
  return { token, forget: () => void navigate({ to: ".", hash: "", replace: true }) };
}
