--- Tells the other language servers of a buffer which interpreter its environment has, where they can take it while
--- they run.
---
--- ty and jedi-language-server take it at their start only, when they find it in Neovim's variables.
local M = {}

--- Where the path of the interpreter stands in a server's settings, by the names that nvim-lspconfig gives to servers.
---@type table<string, string[]>
local SETTINGS = {
  basedpyright = { 'python', 'pythonPath' },
  pylsp = { 'pylsp', 'plugins', 'jedi', 'environment' },
  pyright = { 'python', 'pythonPath' },
}

--- What a client was told.
---@type table<integer, string>
local told = {}

--- The settings with `value` at the place `keys`; the settings that come in stay as they are. What is added is a
--- dictionary also once it is empty again, when it would else reach the server as a list.
---@param settings? table
---@param keys string[]
---@param value? string
---@return table
local function with(settings, keys, value)
  local copy = vim.deepcopy(settings or vim.empty_dict())
  local place = copy
  for index = 1, #keys - 1 do
    if type(place[keys[index]]) ~= 'table' then
      place[keys[index]] = vim.empty_dict()
    end
    place = place[keys[index]]
  end
  place[keys[#keys]] = value
  return copy
end

--- Tells one client, unless it knows it already or its settings name an interpreter of the user's own choice.
---@param client vim.lsp.Client
---@param executable? string
function M.tell(client, executable)
  local keys = SETTINGS[client.name]
  if not keys or told[client.id] == executable then
    return
  end
  if vim.tbl_get(client.settings or {}, unpack(keys)) ~= told[client.id] then
    return
  end
  told[client.id] = executable
  client.settings = with(client.settings, keys, executable)
  client:notify('workspace/didChangeConfiguration', { settings = client.settings })
end

---@param bufnr integer
---@param executable? string
function M.tell_all(bufnr, executable)
  for _, client in ipairs(vim.lsp.get_clients({ bufnr = bufnr })) do
    M.tell(client, executable)
  end
end

return M
