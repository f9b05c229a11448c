/* Made of line-ends.as.ts by tools/make-wasm.ts (`npm run docs`): not to be edited. Base64. */
export const lineEndsCode = `
AGFzbQEAAAABCgJgAAF/YAF/AX8DAwIAAQUDAQASBxsDBndpbmRvdwAABWNvdW50AAEGbWVtb3J5AgAKcwIFAEHAAAtrAQN/IABBQGshA0HAAC
EAA0AgAEEQaiIBIANNBEAgAiAA/QAEAP0MCgoKCgoKCgoKCgoKCgoKCv0j/WRpaiECIAEhAAwBCwsDQCAAIANJBEAgAiAALQAAQQpGaiECIABB
AWohAAwBCwsgAgs=
`;
