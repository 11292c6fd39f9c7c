import { useMutation } from "@tanstack/react-query";
import { type UserRegister, usersRegisterUser } from "@/client";

/** Makes an account for whoever asks. Whether the address had one already is not said. */
export const useRegister = () =>
  useMutation({ mutationFn: (body: UserRegister) => usersRegisterUser({ body }), meta: { showsItsErrors: true } });
