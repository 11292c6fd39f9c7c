/** What the keys of queries about all of the instance begin with. */
export const instanceKey = ["instance"] as const;

export const usersKey = [...instanceKey, "users"] as const;

export const instanceStationsKey = [...instanceKey, "stations"] as const;
