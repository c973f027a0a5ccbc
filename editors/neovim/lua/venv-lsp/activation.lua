--- Makes the variables of this Neovim those of an environment, for terminals, jobs and servers that it starts, and puts
--- back what was there.
---
--- It does what an environment's own `activate` does to a shell, by the values that the server names; nothing is sourced.
local M = {}

--- What a program has to find in its variables to run in an environment.
---@class venv_lsp.Variables
---@field set table<string, string>
---@field prepend table<string, string[]> Folders that belong in front, in this order
---@field unset string[]

--- What was done to one variable.
---@class venv_lsp.Change
---@field before? string
---@field after? string
---@field front? string What was put in front of `before`

local SEPARATOR = vim.fn.has('win32') == 1 and ';' or ':'

--- What is in force now.
---@type venv_lsp.Variables?
local active

---@type table<string, venv_lsp.Change>
local changes = {}

---@param name string
---@param after? string
---@param front? string
local function change(name, after, front)
  local before = vim.env[name]
  if before ~= after then
    changes[name] = { before = before, after = after, front = front }
    vim.env[name] = after
  end
end

--- The value without the folders that were put in front of it, wherever they are by now.
---@param value string
---@param front string
---@return string
local function without_folders(value, front)
  local first, last = (SEPARATOR .. value .. SEPARATOR):find(SEPARATOR .. front .. SEPARATOR, 1, true)
  if not first then
    return value
  end
  local before, after = value:sub(1, math.max(first - 2, 0)), value:sub(last)
  return before ~= '' and after ~= '' and before .. SEPARATOR .. after or before .. after
end

local function put_back()
  for name, done in pairs(changes) do
    local now = vim.env[name]
    if now == done.after then
      vim.env[name] = done.before
    elseif done.front and now then
      -- Something else has added to it since, and keeps what it added.
      vim.env[name] = without_folders(now, done.front)
    end
    -- A value that somebody else has set since stays.
  end
  changes, active = {}, nil
end

---@param variables venv_lsp.Variables
local function apply(variables)
  active = variables
  for name, value in pairs(variables.set) do
    change(name, value)
  end
  for name, folders in pairs(variables.prepend) do
    local front, before = table.concat(folders, SEPARATOR), vim.env[name]
    if not before or before == '' then
      change(name, front, front)
    elseif not vim.startswith(before .. SEPARATOR, front .. SEPARATOR) then
      change(name, front .. SEPARATOR .. before, front)
    end
  end
  for _, name in ipairs(variables.unset) do
    change(name, nil)
  end
end

--- Activates the environment with these variables, and none without. Whatever was active before goes first.
---@param variables? venv_lsp.Variables
function M.use(variables)
  if vim.deep_equal(variables, active) then
    return
  end
  put_back()
  if variables then
    apply(variables)
  end
end

--- Runs something as if nothing were activated.
---@generic T
---@param run fun(): T
---@return T
function M.without(run)
  local kept_changes, kept_active, values = changes, active, {}
  for name in pairs(changes) do
    values[name] = vim.env[name] or false
  end
  put_back()
  local ok, result = pcall(run)
  for name, value in pairs(values) do
    vim.env[name] = value or nil
  end
  changes, active = kept_changes, kept_active
  if not ok then
    error(result, 0)
  end
  return result
end

return M
